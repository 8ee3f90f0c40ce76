import type { ReactNode } from 'react';

/** Names of another product’s screens stand out: text between two pairs of asterisks. */
export function MarkedText({ children }: { children: string }): ReactNode {
  return children
    .split('**')
    .map((part, index) => (index % 2 === 1 ? <strong key={`${index} ${part}`}>{part}</strong> : part));
}
