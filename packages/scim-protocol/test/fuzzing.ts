/**
 * Size and seed of a property that fuzzes: in the test run always the same few cases, in the long run (`npm run fuzz`, which sets the
 * environment) more of them, and other ones.
 */
export function fuzzing(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const { FUZZ_SEED = '1', FUZZ_FACTOR = '1' } = process.env;
  return { seed: Number(FUZZ_SEED), numRuns: numRuns * Number(FUZZ_FACTOR) };
}
