import { UserError } from '../core/errors.js';
import { decodeArray } from './elements.js';
import type { PlainImage } from './image.js';

/** `P5` and `P6`: https://netpbm.sourceforge.net/doc/ppm.html. */
export const netpbmMagic = [
  [0x50, 0x35],
  [0x50, 0x36],
];

/** Enough for the numbers and some comments. */
const maxHeaderBytes = 4096;
/** Magic, width, height, greatest sample; between them white space and comments; after them one white space. */
const header = /^P([56])(?:\s|#.*\n)+(\d{1,9})(?:\s|#.*\n)+(\d{1,9})(?:\s|#.*\n)+(\d{1,5})\s/;

/** A binary PGM (one channel) or PPM (three) image with samples of one byte. */
export function readNetpbm(bytes: Uint8Array): PlainImage {
  const [opening, kind, widthText, heightText, greatest] =
    header.exec(String.fromCharCode(...bytes.subarray(0, maxHeaderBytes))) ?? [];
  if (opening === undefined || greatest !== '255') {
    throw new UserError({
      place: 'header',
      found: opening === undefined ? 'something else than three numbers' : `samples up to ${greatest}`,
      expected: 'width, height, and 255 as the greatest sample',
      suggestion: 'write the image with 8 bits per sample',
    });
  }
  const channels = kind === '5' ? 1 : 3;
  const width = Number(widthText);
  const height = Number(heightText);
  const place = `pixels at byte ${opening.length}`;
  const { data } = decodeArray(place, 'uint8', [height, width, channels], bytes.subarray(opening.length));
  return { width, height, channels, data };
}
