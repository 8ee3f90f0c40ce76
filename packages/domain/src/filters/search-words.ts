const MOST_WORDS = 10;

/** The words of what somebody searches for, each of which has to be found. */
export function searchWords(search: string | undefined): readonly string[] {
  return (search ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
}
