import { z } from 'zod';

/** Settings are missing or wrong. The message lists every one with its fault and what to do: print it without a stack. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** What a setting's error says beside the fault; given to a field of the schema with `.meta({ … })`. */
export interface SettingHelp {
  /** What it is for. */
  description?: string | undefined;
  /** A value that works. */
  example?: string | undefined;
  /** The value may hold a password: errors do not show it. */
  secret?: boolean | undefined;
}

/**
 * Reads settings from the environment, in which a blank one counts as unset. Throws SettingsError, which names all that is
 * wrong at once.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): z.infer<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = env[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `  ${faultOf(name, given[name], issue.message, z.globalRegistry.get(schema.shape[name]))}`;
  });
  throw new SettingsError(`The settings in the environment cannot be used:\n${lines.join('\n')}`);
}

/** The schema of a process's settings, made of fields such as `port` and `host`. */
export function settings<Shape extends z.ZodRawShape>(fields: Shape): z.ZodObject<Shape> {
  return z.object(fields);
}

/** An address to listen on. */
export function host(fallback: string): z.ZodDefault<z.ZodString> {
  return z.string().default(fallback);
}

/** A port to listen on. */
export function port(fallback: number): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce
    .number({ error: 'it must be a port, a whole number from 0 to 65535' })
    .int('it must be a port, a whole number from 0 to 65535')
    .min(0, 'it must be a port, a whole number from 0 to 65535')
    .max(65_535, 'it must be a port, a whole number from 0 to 65535')
    .default(fallback);
}

function faultOf(name: string, value: string | undefined, fault: string, help: SettingHelp = {}): string {
  const shown = value === undefined ? 'is not set' : help.secret === true ? 'is wrong' : `is "${value}"`;
  const purpose = help.description === undefined ? '' : ` (${help.description})`;
  const fix = help.example === undefined ? '' : ` Set it for example to ${name}=${help.example}.`;
  return `${name}${purpose} ${shown}: ${fault}.${fix}`;
}
