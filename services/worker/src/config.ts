import { join } from 'node:path';
import { publicAdminUrl, publicUrlSetting } from '@rollcall/service-kit/admin-url';
import { host, port, readSettings, settings } from '@rollcall/service-kit/config';
import { dataDirectory, databaseUrl } from '@rollcall/service-kit/database-url';
import { z } from 'zod';

export interface WorkerSettings {
  readonly host: string;
  /** Of the health checks; the worker serves nothing else. */
  readonly port: number;
  readonly databaseUrl: string;
  /** Where the links in mails point, without a slash at the end. */
  readonly publicAdminUrl: string;
  /** Undefined: mails go to the outbox. */
  readonly smtpUrl: string | undefined;
  /** The sender of every mail. */
  readonly mailFrom: string;
  readonly outboxFolder: string;
}

/**
 * WORKER_PORT, WORKER_HOST, SMTP_URL, MAIL_FROM, PUBLIC_ADMIN_URL, ADMIN_PORT and the database's settings from the environment.
 * Throws SettingsError and NoDatabaseError, whose messages say what to set.
 */
export function readWorkerSettings(env: NodeJS.ProcessEnv = process.env): WorkerSettings {
  const read = readSettings(
    settings({
      WORKER_PORT: port(4003).meta({
        description: "the port of the worker's health checks",
        example: '4003',
      }),
      WORKER_HOST: host('127.0.0.1').meta({
        description: "the address of the worker's health checks",
        example: '0.0.0.0',
      }),
      ADMIN_PORT: port(4000).meta({ description: 'the port of the admin API', example: '4000' }),
      PUBLIC_ADMIN_URL: publicUrlSetting,
      SMTP_URL: z
        .url({ protocol: /^smtps?$/u, error: 'it must be an smtp or smtps URL' })
        .optional()
        .meta({
          description: 'the mail server, with user and password where it wants them',
          example: 'smtps://user:password@mail.example.com',
          secret: true,
        }),
      MAIL_FROM: z
        .string()
        .regex(SENDER, 'it must be an address, or a name with an address in angle brackets')
        .optional()
        .meta({ description: 'the sender of every mail', example: 'Rollcall <rollcall@example.com>' }),
    }),
    env,
  );
  const adminUrl = publicAdminUrl(read);
  return {
    host: read.WORKER_HOST,
    port: read.WORKER_PORT,
    databaseUrl: databaseUrl(env),
    publicAdminUrl: adminUrl,
    smtpUrl: read.SMTP_URL,
    mailFrom: read.MAIL_FROM ?? `Rollcall <no-reply@${new URL(adminUrl).hostname}>`,
    outboxFolder: outboxFolder(env),
  };
}

/** Where mails lie while there is no SMTP_URL. */
export function outboxFolder(env: NodeJS.ProcessEnv): string {
  return join(dataDirectory(env), 'outbox');
}

const ADDRESS = String.raw`[^\s@<>"]+@[^\s@<>"]+`;
const SENDER = new RegExp(String.raw`^(?:${ADDRESS}|[^<>"\p{Cc}]+ <${ADDRESS}>)$`, 'u');
