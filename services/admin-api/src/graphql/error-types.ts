import { builder } from './builder.ts';
import {
  Busy,
  Conflict,
  Forbidden,
  InvalidInput,
  LastAccountAdmin,
  LicenseDecidedElsewhere,
  ManualUpdatesLocked,
  NoFreeSeat,
  NotFound,
  NotReplayable,
  PlanChanged,
  Refused,
  ReplayUnavailable,
  type UserError,
  VersionMismatch,
} from './user-errors.ts';

const UserErrorRef = builder.interfaceRef<UserError>('UserError').implement({
  description: 'A refusal that the caller can act on.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, for programs: NOT_FOUND.' }),
    message: t.exposeString('message', { description: 'What is wrong, and what to do about it.' }),
  }),
});

const FieldFault = builder.objectRef<{ path: string; message: string }>('FieldFault').implement({
  description: 'What is wrong with one field of an input.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The field, from the input on: `input.name`.' }),
    message: t.exposeString('message', { description: 'What is wrong with it.' }),
  }),
});

builder.objectType(InvalidInput, {
  name: 'InvalidInput',
  interfaces: [UserErrorRef],
  description: 'The input cannot be used as it is.',
  fields: (t) => ({
    fields: t.field({
      type: [FieldFault],
      description: 'Each fault with the field that has it.',
      resolve: ({ fields }) => fields,
    }),
  }),
});
builder.objectType(NotFound, {
  name: 'NotFound',
  interfaces: [UserErrorRef],
  description: 'The account has nothing of that id.',
});
builder.objectType(Forbidden, {
  name: 'Forbidden',
  interfaces: [UserErrorRef],
  description: 'The caller lacks a right for this.',
  fields: (t) => ({
    right: t.exposeString('right', {
      nullable: true,
      description: 'The right that would be needed, where one alone would do: `people:write`.',
    }),
  }),
});
builder.objectType(Conflict, {
  name: 'Conflict',
  interfaces: [UserErrorRef],
  description:
    'Something in the account has that name already, or the idempotency key stands for another request.',
  fields: (t) => ({
    reason: t.exposeString('reason', { description: 'What it conflicts with: USER_NAME_TAKEN.' }),
  }),
});
builder.objectType(VersionMismatch, {
  name: 'VersionMismatch',
  interfaces: [UserErrorRef],
  description: 'It was changed since `expectedVersion` was read. Read it again and decide anew.',
});
builder.objectType(ManualUpdatesLocked, {
  name: 'ManualUpdatesLocked',
  interfaces: [UserErrorRef],
  description:
    'The identity provider manages this, and a setting keeps administrators from changing it by hand.',
  fields: (t) => ({
    setting: t.exposeString('setting', {
      description:
        'The setting that locks it: `allowManualUpdates`, which is off, or `manageLicenses`, which is on.',
    }),
  }),
});
builder.objectType(LastAccountAdmin, {
  name: 'LastAccountAdmin',
  interfaces: [UserErrorRef],
  description: 'It would take the last active account administrator away.',
});
builder.objectType(NoFreeSeat, {
  name: 'NoFreeSeat',
  interfaces: [UserErrorRef],
  description: 'All seats of the license type are in use.',
  fields: (t) => ({
    licenseType: t.exposeString('licenseType', {
      description: 'The license type, as SCIM spells it: `read_only`.',
    }),
    used: t.exposeInt('used', { description: 'Seats in use.' }),
    limit: t.exposeInt('limit', { description: 'Seats that the account has.' }),
  }),
});
builder.objectType(LicenseDecidedElsewhere, {
  name: 'LicenseDecidedElsewhere',
  interfaces: [UserErrorRef],
  description: 'Another rule stands before an administrator’s choice of a license.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'The rule that decides: `scim_attribute`.' }),
  }),
});
builder.objectType(PlanChanged, {
  name: 'PlanChanged',
  interfaces: [UserErrorRef],
  description:
    'What the preview showed is no longer what would happen. Nothing was done: look at a new preview.',
  fields: (t) => ({
    differences: t.exposeStringList('differences', {
      description: 'What is different now, a sentence each.',
    }),
  }),
});
builder.objectType(Refused, {
  name: 'Refused',
  interfaces: [UserErrorRef],
  description: 'A rule of the product stands in the way, as the account is now.',
  fields: (t) => ({
    reason: t.exposeString('reason', { description: 'Which rule: SSO_NOT_CONNECTED.' }),
  }),
});
builder.objectType(Busy, {
  name: 'Busy',
  interfaces: [UserErrorRef],
  description: 'Nothing is wrong with the request. Send it again in a few seconds.',
});
builder.objectType(NotReplayable, {
  name: 'NotReplayable',
  interfaces: [UserErrorRef],
  description:
    'What was recorded of the request is not enough to send it again: a body was cut, or not kept.',
});
builder.objectType(ReplayUnavailable, {
  name: 'ReplayUnavailable',
  interfaces: [UserErrorRef],
  description: 'Nobody is there who could replay a request. The message says what the operator has to set.',
});
