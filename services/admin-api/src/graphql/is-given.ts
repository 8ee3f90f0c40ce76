/** Whether a field of an input, or an argument, was given a value: null is as good as left out. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
