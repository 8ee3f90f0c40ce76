import { attribute, type SchemaDefinition } from './attribute.ts';

export const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** RFC 7643 4.3; manager.value is case exact since erratum 8472. */
export const ENTERPRISE_USER_SCHEMA: SchemaDefinition = {
  id: ENTERPRISE_USER_URN,
  name: 'EnterpriseUser',
  description: 'What an organization knows about the people who work for it.',
  attributes: [
    attribute('employeeNumber', 'string', 'The number that the organization gave the person.'),
    attribute('costCenter', 'string', 'The cost center.'),
    attribute('organization', 'string', 'The organization.'),
    attribute('division', 'string', 'The division.'),
    attribute('department', 'string', 'The department.'),
    attribute('manager', 'complex', "The person's manager.", {
      subAttributes: [
        attribute('value', 'string', "The manager's id.", { caseExact: true }),
        attribute('$ref', 'reference', "The manager's URI.", { referenceTypes: ['User'] }),
        attribute('displayName', 'string', "The manager's name.", { mutability: 'readOnly' }),
      ],
    }),
  ],
};
