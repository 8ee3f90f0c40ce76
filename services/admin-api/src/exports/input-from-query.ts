import {
  assertInputObjectType,
  coerceInputValue,
  getNamedType,
  getNullableType,
  type GraphQLInputField,
  isListType,
} from 'graphql';
import { InvalidInput } from '../graphql/user-errors.ts';
import { schema } from '../schema/schema.ts';

/** The parameters of a query string, each with all its values. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

interface InputRef<Input> {
  readonly name: string;
  readonly $inferInput: Input;
}

/**
 * Reads query parameters as the fields of an input of the schema, by the schema's own rules: names, values and refusals are those
 * of GraphQL. A list is a parameter that is given several times. Throws InvalidInput.
 */
export function inputFromQuery<Input>(input: InputRef<Input>, parameters: Parameters): Input {
  const type = assertInputObjectType(schema.getType(input.name));
  const fields = type.getFields();
  const faults: { path: string; message: string }[] = [];
  const given: Record<string, unknown> = {};
  for (const [name, values] of parameters) {
    const field = fields[name];
    if (field === undefined)
      faults.push({ path: name, message: unknownParameter(name, Object.keys(fields)) });
    else if (values.length > 1 && !isList(field)) faults.push({ path: name, message: `Give ${name} once.` });
    else given[name] = isList(field) ? values : valueOf(values[0] ?? '', field);
  }
  const value: unknown = coerceInputValue(given, type, ([name = ''], _value, { message }) => {
    faults.push({ path: String(name), message: `${name}: ${message}` });
  });
  if (isInput(input, value, faults)) return value;
  throw new InvalidInput(faults.map(({ message }) => message).join(' '), faults);
}

/** What the schema's own rules let through is of the input's type. */
function isInput<Input>(_input: InputRef<Input>, value: unknown, faults: readonly unknown[]): value is Input {
  return faults.length === 0 && value !== undefined;
}

function isList({ type }: GraphQLInputField): boolean {
  return isListType(getNullableType(type));
}

// What does not look like one stays a text, which the type then refuses in its own words.
function valueOf(text: string, { type }: GraphQLInputField): unknown {
  const { name } = getNamedType(type);
  if (name === 'Int' && /^-?\d{1,10}$/u.test(text)) return Number(text);
  if (name === 'Boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function unknownParameter(name: string, known: readonly string[]): string {
  return `There is no parameter ${JSON.stringify(name)}. There are: ${known.join(', ')}, order.`;
}
