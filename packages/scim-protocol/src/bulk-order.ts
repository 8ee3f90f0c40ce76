/**
 * The order in which things that need one another are done: each step a list of indexes, usually of one; several need each other in
 * a circle. What a step needs comes before it; otherwise the order is that of the indexes. `needs[i]` names what i needs.
 *
 * Tarjan's strongly connected components: visited in the order of the indexes, they come out with what they need in front.
 */
export function stepsInOrder(needs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const steps: number[][] = [];
  const reached: number[] = [];
  const lowest: number[] = [];
  const open: number[] = [];
  const isOpen = new Set<number>();

  // Its own stack: a chain of references can be as long as the request.
  const path: { index: number; next: number }[] = [];
  let count = 0;

  function enter(index: number): void {
    reached[index] = count;
    lowest[index] = count;
    count += 1;
    open.push(index);
    isOpen.add(index);
    path.push({ index, next: 0 });
  }

  function lower(index: number, to: number | undefined): void {
    lowest[index] = Math.min(lowest[index] ?? count, to ?? count);
  }

  function leave(index: number): void {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lower(parent.index, lowest[index]);
    if (lowest[index] !== reached[index]) return;
    const step = open.splice(open.lastIndexOf(index));
    for (const each of step) isOpen.delete(each);
    steps.push(step.toSorted((a, b) => a - b));
  }

  for (const start of needs.keys()) {
    if (reached[start] !== undefined) continue;
    enter(start);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const need = needs[at.index]?.[at.next];
      at.next += 1;
      if (need === undefined) leave(at.index);
      else if (reached[need] === undefined) enter(need);
      else if (isOpen.has(need)) lower(at.index, reached[need]);
    }
  }
  return steps;
}
