import type { SchemaDefinition } from './schemas/attribute.ts';
import { CORE_GROUP_SCHEMA } from './schemas/core-group.ts';
import { coreUserSchema } from './schemas/core-user.ts';
import { customExtension } from './schemas/custom-extension.ts';
import { ENTERPRISE_USER_SCHEMA } from './schemas/enterprise-user.ts';
import { LICENSE_TYPES, licenseUserSchema } from './schemas/license-user.ts';

export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: SchemaDefinition;
  readonly extensions: readonly SchemaDefinition[];
  /** Required attributes that the service derives when a POST or PUT leaves them out; a PATCH may not clear them. */
  readonly defaulted: readonly string[];
}

export interface UserResourceOptions {
  /** True where user names must be e-mail addresses: a body without e-mails then gets its own from the user name. */
  readonly emailsRequired: boolean;
  /** The types that an identity provider can assert in the account; all, unless given. Announced, not enforced. */
  readonly licenseTypes?: readonly string[];
  /** Extensions that the account defined for itself. */
  readonly customSchemas?: readonly SchemaDefinition[];
}

export function userResourceType(options: UserResourceOptions): ResourceType {
  const licenseSchema = licenseUserSchema(options.licenseTypes ?? LICENSE_TYPES);
  const customSchemas = options.customSchemas ?? [];
  return {
    name: 'User',
    endpoint: '/Users',
    description: 'User Account',
    schema: coreUserSchema(options),
    extensions: [ENTERPRISE_USER_SCHEMA, licenseSchema, ...customSchemas.map(customExtension)],
    defaulted: ['emails'],
  };
}

export function groupResourceType(customSchemas: readonly SchemaDefinition[] = []): ResourceType {
  return {
    name: 'Group',
    endpoint: '/Groups',
    description: 'Group',
    schema: CORE_GROUP_SCHEMA,
    extensions: customSchemas.map(customExtension),
    defaulted: [],
  };
}
