/** A person's name by their address, so that no listed person lacks one: olga.owner@… is Olga Owner. */
export function nameFromAddress(address: string): { givenName: string; familyName: string } {
  const words = address
    .slice(0, Math.max(0, address.lastIndexOf('@')))
    .split(/[._+-]+/u)
    .filter((part) => part !== '')
    .map(capitalised);
  const [given = address, ...family] = words;
  return { givenName: given, familyName: family.join(' ') || given };
}

function capitalised(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
