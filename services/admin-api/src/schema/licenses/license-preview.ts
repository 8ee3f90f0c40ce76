import type { RefusedError } from '@rollcall/domain/errors';
import type { LicenseMove } from '@rollcall/domain/licenses/license-moves';
import type { HeldLicense, LicenseChange } from '@rollcall/domain/licenses/license-plan';
import type { LicensePreview, SeatEffect } from '@rollcall/domain/licenses/license-preview';
import type { Slice } from '@rollcall/domain/pages/slice';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { LicenseTypeEnum } from '../enums.ts';
import { LicenseRef } from '../users/license.ts';
import { userLoader } from '../users/user-loader.ts';
import { UserRef } from '../users/user.ts';
import { LicenseDecisionRef } from './license-decision.ts';

const LicenseChangeRef = builder.objectRef<LicenseChange>('LicenseChange').implement({
  description: 'What becomes of one person’s license.',
  fields: (t) => ({
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person, as they are now; null when they were erased meanwhile.',
      resolve: ({ person }, _args, { loader }) => loader(userLoader).load(person.id),
    }),
    from: t.field({
      type: LicenseRef,
      nullable: true,
      description: 'What they hold; null for somebody who is not active yet.',
      resolve: ({ from }) => (from === null ? null : license(from)),
    }),
    to: t.field({
      type: LicenseRef,
      description: 'What the rules give them then. The type can be the same, with another source.',
      resolve: ({ to }) => license(to),
    }),
    reason: t.string({
      description: 'What decides it, for a person to read.',
      resolve: ({ decision }) => decision.steps.at(-1)?.reason ?? '',
    }),
    decision: t.expose('decision', {
      type: LicenseDecisionRef,
      description: 'The same with every rule that was considered.',
    }),
    keptForWantOfSeat: t.exposeBoolean('keptForWantOfSeat', {
      description: 'They keep `from`, or stay as they are: no seat of `to` is free.',
    }),
  }),
});

const LicenseMoveRef = builder.objectRef<LicenseMove>('LicenseMove').implement({
  description: 'How many people go from one license to another.',
  fields: (t) => ({
    from: t.expose('from', {
      type: LicenseTypeEnum,
      nullable: true,
      description: 'What they hold; null for none.',
    }),
    to: t.expose('to', {
      type: LicenseTypeEnum,
      description: 'What they get; the same as `from` where only the source changes.',
    }),
    people: t.exposeInt('people', { description: 'How many should go.' }),
    kept: t.exposeInt('kept', { description: 'How many of them find no seat, and keep what they hold.' }),
  }),
});

const SeatEffectRef = builder.objectRef<SeatEffect>('SeatEffect').implement({
  description: 'What a change does to the use of one license type.',
  fields: (t) => ({
    licenseType: t.expose('licenseType', { type: LicenseTypeEnum, description: 'The type.' }),
    limit: t.exposeInt('limit', {
      nullable: true,
      description: 'How many seats there are; null where the type has no limit.',
    }),
    usedBefore: t.exposeInt('usedBefore', { description: 'How many active people hold it now.' }),
    usedAfter: t.exposeInt('usedAfter', { description: 'How many hold it then.' }),
  }),
});

export const LicensePreviewRef = builder.objectRef<LicensePreview>('LicensePreview').implement({
  description: 'Whose license a change of settings changes.',
  fields: (t) => ({
    changes: t.connection({
      type: LicenseChangeRef,
      description: 'Each person whose license changes, the oldest first.',
      args: {
        keptForWantOfSeat: t.arg.boolean({
          description: 'Only those who find no seat (true), or only those who get what they should (false).',
        }),
      },
      complexity: pageComplexity,
      resolve: ({ changes }, { keptForWantOfSeat, ...args }) => {
        const asked =
          keptForWantOfSeat === undefined || keptForWantOfSeat === null
            ? changes
            : changes.filter((change) => change.keptForWantOfSeat === keptForWantOfSeat);
        return resolveConnection(
          args,
          async (slice) => sliceOf(asked, slice),
          async () => asked.length,
        );
      },
    }),
    moves: t.expose('moves', {
      type: [LicenseMoveRef],
      description: 'The same in numbers. Empty when nobody’s license changes.',
    }),
    seats: t.expose('seats', {
      type: [SeatEffectRef],
      description: 'What it does to each type. Empty when the change bears on no license.',
    }),
  }),
});

/** Why a change would be refused. Not the error itself: an answer with an error in it is a failed one. */
interface Obstacle {
  reason: string;
  message: string;
}

export const ObstacleRef = builder.objectRef<Obstacle>('Obstacle').implement({
  description: 'Why a change would be refused.',
  fields: (t) => ({
    reason: t.exposeString('reason', {
      description: 'Which rule stands in the way: `SSO_NOT_CONNECTED`.',
    }),
    message: t.exposeString('message', { description: 'What is missing, and what to do about it.' }),
  }),
});

export function describeObstacles(obstacles: readonly RefusedError[]): Obstacle[] {
  return obstacles.map(({ reason, message }) => ({ reason: reason.toUpperCase(), message }));
}

/** Changes are in the order of their people's ids. */
function sliceOf(changes: readonly LicenseChange[], { behind, backward, limit }: Slice) {
  const inOrder = backward ? changes.toReversed() : changes;
  const from = behind?.id;
  const isBehind = ({ person }: LicenseChange): boolean =>
    from === undefined || (backward ? person.id < from : person.id > from);
  return inOrder
    .filter(isBehind)
    .slice(0, limit)
    .map((item) => ({ item, position: { key: null, id: item.person.id } }));
}

function license({ licenseType, source }: HeldLicense) {
  return { type: licenseType, source };
}
