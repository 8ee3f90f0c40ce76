import { isId } from '../ids.ts';
import { redactText } from './redact.ts';

/** Requests of one hour without a valid token, by account and address. */
export interface RejectionCount {
  account_id: string;
  address: string;
  hour: string;
  amount: number;
}

export interface RejectionCounts {
  add(accountId: string, address: string, at: Date): void;
  take(): readonly RejectionCount[];
  putBack(counts: readonly RejectionCount[]): void;
}

const MOST_COUNTS = 10_000;
const LONGEST_ADDRESS = 100;

/** Counts in memory until the next write. Bounded: whoever makes up accounts and addresses cannot fill it. */
export function countRejections(): RejectionCounts {
  let counts = new Map<string, RejectionCount>();

  function add(accountId: string, address: string, hour: string, amount: number): void {
    const key = `${accountId} ${hour} ${address}`;
    const count = counts.get(key);
    if (count !== undefined) count.amount += amount;
    else if (counts.size < MOST_COUNTS) counts.set(key, { account_id: accountId, address, hour, amount });
  }

  return {
    add(accountId, address, at) {
      const account = accountId.toLowerCase();
      if (!isId(account)) return;
      add(account, redactText(address, LONGEST_ADDRESS), `${at.toISOString().slice(0, 13)}:00:00Z`, 1);
    },

    take() {
      const taken = [...counts.values()];
      counts = new Map();
      return taken;
    },

    putBack(taken) {
      for (const { account_id, address, hour, amount } of taken) add(account_id, address, hour, amount);
    },
  };
}
