/** The candidate a person most likely meant: one the word abbreviates, or one spelled much alike; null without. Case is ignored. */
export function didYouMean(word: string, candidates: readonly string[]): string | null {
  const longer = candidates.find((candidate) => abbreviates(word.toLowerCase(), candidate.toLowerCase()));
  if (longer !== undefined) return longer;
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.candidate : null;
}

/** Whether the word begins like the other and has only letters of it, in its order: `cols` for `columns`. */
function abbreviates(word: string, whole: string): boolean {
  let matched = 0;
  for (const letter of whole) if (letter === word[matched]) matched += 1;
  return word !== '' && word[0] === whole[0] && matched === word.length;
}

/** Insertions, deletions and substitutions from one word to the other (Levenshtein), row by row. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (let column = 0; column < to.length; column += 1) {
      const substituted = previous[column]! + (letter === to[column] ? 0 : 1);
      current.push(Math.min(substituted, previous[column + 1]! + 1, current[column]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}
