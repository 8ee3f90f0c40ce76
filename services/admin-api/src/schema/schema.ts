import { assertInterfaceType } from 'graphql';
import { builder } from '../graphql/builder.ts';
import { registerNodeTypes } from '../graphql/global-ids.ts';
import '../graphql/scalars.ts';
import '../graphql/error-types.ts';
import './account/account.ts';
import './account/viewer.ts';
import './scim/scim-configuration.ts';
import './scim/scim-token.ts';
import './scim/scim-token-mutations.ts';
import './service-tokens/service-token.ts';
import './service-tokens/service-token-mutations.ts';

/** The whole schema; each file adds its part by being imported. */
export const schema = builder.toSchema();

registerNodeTypes(
  schema.getPossibleTypes(assertInterfaceType(schema.getType('Node'))).map(({ name }) => name),
);
