/** Runs work for which there is a place, and has the rest wait in the order in which it came. */
export type Places = <T>(work: () => Promise<T>) => Promise<T>;

export function openPlaces(count: number): Places {
  const waiting: (() => void)[] = [];
  let free = count;

  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
