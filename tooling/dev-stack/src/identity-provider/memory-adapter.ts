import type { Adapter, AdapterPayload } from 'oidc-provider';

type Entry = { readonly payload: AdapterPayload; readonly expiresAt: number };

/** Interactions, codes and tokens live for minutes and end with the process. */
export function memoryAdapter(now: () => number = Date.now): (model: string) => Adapter {
  const entries = new Map<string, Entry>();

  function living(key: string): AdapterPayload | undefined {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > now() ? entry.payload : undefined;
  }

  function forgetExpired(): void {
    for (const [key, { expiresAt }] of entries) if (expiresAt <= now()) entries.delete(key);
  }

  return (model) => {
    const keyOf = (id: string): string => `${model} ${id}`;
    return {
      async upsert(id, payload, expiresIn) {
        // A session that is found again would sign in whoever was picked last: each sign-in is to pick somebody.
        if (model === 'Session') return;
        forgetExpired();
        const expiresAt = expiresIn === undefined ? Infinity : now() + expiresIn * 1_000;
        entries.set(keyOf(id), { payload, expiresAt });
      },
      find: async (id) => living(keyOf(id)),
      // Sessions are looked up by uid, device codes by user code: there are neither.
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = living(keyOf(id));
        if (payload !== undefined) payload.consumed = Math.floor(now() / 1_000);
      },
      async destroy(id) {
        entries.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
      },
    };
  };
}
