export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Where the middle of a label goes. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const HEIGHT = 13;
const GAP = 3;

/**
 * A place for the label of each disc, in their order: inside a disc that is wide enough, else beside, above or below it,
 * where it covers neither another disc nor a label. Failing that, on its own disc; null where even that covers a label.
 *
 * @param widths of the labels: one for each of the first discs; the others have none. `taken` is covered from the start.
 */
export function placeLabels(
  discs: readonly Disc[],
  widths: readonly number[],
  taken: readonly Box[],
): (Place | null)[] {
  const labels: Box[] = [...taken];
  const covers = discs.map(discBox);
  return widths.map((width, index) => {
    const disc = discs[index]!;
    const others = covers.filter((_, other) => other !== index);
    const isFree = (place: Place, obstacles: readonly Box[]): boolean =>
      obstacles.every((obstacle) => !overlap(labelBox(place, width), obstacle));
    const place =
      candidates(disc, width).find((candidate) => isFree(candidate, [...labels, ...others])) ??
      [{ x: disc.x, y: disc.y }].find((centre) => isFree(centre, labels));
    if (place === undefined) return null;
    labels.push(labelBox(place, width));
    return place;
  });
}

function candidates({ x, y, radius }: Disc, width: number): Place[] {
  const aside = radius + GAP + width / 2;
  const above = radius + GAP + HEIGHT / 2;
  const inside = radius >= width / 2 + GAP ? [{ x, y }] : [];
  return [...inside, { x: x + aside, y }, { x: x - aside, y }, { x, y: y - above }, { x, y: y + above }];
}

function labelBox({ x, y }: Place, width: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 };
}

function discBox({ x, y, radius }: Disc): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
