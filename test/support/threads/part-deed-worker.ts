import { serveParts } from '../../../src/threads/serve-parts.js';
import { DEEDS, partDoer, type PartDoerSetup } from './part-deeds.js';

serveParts((setup: PartDoerSetup) => {
  const doPart = partDoer(setup);
  return ([deed], part) => doPart(DEEDS[deed!]!, part);
});
