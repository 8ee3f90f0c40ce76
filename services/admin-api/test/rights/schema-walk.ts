import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** A value that passes the type's own checks and means nothing to the domain. */
export function anyValue(type: GraphQLInputType): unknown {
  const given = getNullableType(type);
  if (isListType(given)) return [];
  if (isEnumType(given)) return given.getValues()[0]?.name;
  if (isInputObjectType(given)) {
    const required = Object.values(given.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, anyValue(field.type)]));
  }
  return SCALARS[given.name];
}

const SCALARS: Record<string, unknown> = {
  ID: 'nothing',
  String: 'x',
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: '2026-11-22T08:00:00Z',
  JSON: {},
};

/** The field as part of a query, with values for the arguments that it must have. */
export function fieldText(field: GraphQLField<unknown, unknown>): string {
  const required = field.args.filter(isRequiredArgument);
  const given = required.map((argument) => `${argument.name}: ${literal(argument.type)}`);
  const args = given.length === 0 ? '' : `(${given.join(', ')})`;
  return `${field.name}${args}${isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'}`;
}

function literal(type: GraphQLInputType): string {
  const given = isNonNullType(type) ? type.ofType : type;
  if (isEnumType(given)) return String(anyValue(given));
  if (isInputObjectType(given)) {
    const required = Object.values(given.getFields()).filter(isRequiredInputField);
    return `{ ${required.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
  }
  return JSON.stringify(anyValue(given));
}
