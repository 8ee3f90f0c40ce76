/** Who makes a change. Every write names one, and its audit event keeps it. */
export type Actor =
  | { kind: 'scim_token'; id: string; name: string; request: RequestOrigin }
  | { kind: 'administrator'; id: string; name: string; request?: RequestOrigin }
  | { kind: 'service_token'; id: string; name: string; request?: RequestOrigin }
  | { kind: 'operator'; name: string }
  | { kind: 'system'; name: string };

/** The request that brought a change; `id` is also the id of its provisioning event. */
export interface RequestOrigin {
  id: string;
  method: string;
  path: string;
}
