import type { Kysely } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { AuditEvent } from '../events/audit-event.ts';
import type { RecordedState, Step } from './recorded-state.ts';
import { fieldEventsAfter, recordedSince, type Target, toldVersions } from './target-events.ts';

/** A user or a group as it is now, or was when it was deleted. */
export interface CurrentState extends Target {
  readonly createdAt: Date;
  /** When it was given its last version. */
  readonly changedAt: Date;
  readonly state: RecordedState;
}

/** What was at a moment, or from when on that can be told: earlier events have expired, or were blanked for a person who was erased. */
export type Told<State> =
  | { readonly isKnown: true; readonly state: State }
  | { readonly isKnown: false; readonly knownSince: Date };

/** An event between the states before and after it. */
export interface TakenBack {
  readonly event: AuditEvent;
  readonly before: RecordedState;
  readonly after: RecordedState;
}

/**
 * The state at a moment: the current one, with every event that came later taken back. So it needs no event from before. Each
 * one that is taken back is shown to `onTakenBack`, the latest first.
 */
export async function unwind(
  db: Kysely<DB>,
  current: CurrentState,
  moment: Date,
  stepOf: (event: AuditEvent) => Step,
  onTakenBack: (taken: TakenBack) => void = () => undefined,
): Promise<Told<RecordedState>> {
  if (moment >= current.changedAt) return { isKnown: true, state: current.state };
  const told = await takeBack(db, current, moment, stepOf, onTakenBack);
  return moment < current.createdAt ? { isKnown: true, state: null } : told;
}

async function takeBack(
  db: Kysely<DB>,
  current: CurrentState,
  moment: Date,
  stepOf: (event: AuditEvent) => Step,
  onTakenBack: (taken: TakenBack) => void,
): Promise<Told<RecordedState>> {
  const told = await toldVersions(db, current, moment);
  if (told === undefined || !told.isWhole) {
    return { isKnown: false, knownSince: told?.since ?? current.changedAt };
  }
  let { state } = current;
  for await (const event of fieldEventsAfter(db, current, moment)) {
    const before = stepOf(event)(state);
    if (before === undefined) return { isKnown: false, knownSince: event.at };
    onTakenBack({ event, before, after: state });
    state = before;
  }
  const knownSince = await untoldBefore(db, current, moment);
  return knownSince === undefined ? { isKnown: true, state } : { isKnown: false, knownSince };
}

/** The time before which events may be missing, if the moment is earlier; undefined where nothing is missing. */
export async function untoldBefore(
  db: Kysely<DB>,
  { accountId, createdAt }: Pick<CurrentState, 'accountId' | 'createdAt'>,
  moment: Date,
): Promise<Date | undefined> {
  if (moment < createdAt) return undefined;
  const since = await recordedSince(db, accountId);
  return since !== undefined && moment >= since ? undefined : (since ?? createdAt);
}
