import { createTransport } from 'nodemailer';
import { HopelessTaskError, TaskError } from '../tasks/task.ts';
import type { Mailer, OutgoingMail } from './mailer.ts';

/** Hands mails to the server that SMTP_URL names, over a few connections that are kept. */
export function smtpMailer(smtpUrl: string, from: string): Mailer & Disposable {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    // What we write has no attachments; nothing in it may make this process read a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail: OutgoingMail) {
      try {
        await transport.sendMail({ ...mail, from });
      } catch (error) {
        throw asTaskError(error);
      }
    },
    [Symbol.dispose]() {
      transport.close();
    },
  };
}

/** RFC 5321 4.2.1: what begins with 5 is refused for good, with 4 for now. Refused credentials are somebody's to repair. */
function asTaskError(cause: unknown): TaskError {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (isAboutRecipient(cause)) {
    return new HopelessTaskError(`The mail server refuses the mail for good: ${said}`, { cause });
  }
  return new TaskError(`The mail could not be handed to the mail server: ${said}`, { cause });
}

function isAboutRecipient(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error) || !('code' in error)) return false;
  const isRefusal = typeof error.responseCode === 'number' && error.responseCode >= 500;
  return isRefusal && (error.code === 'EENVELOPE' || error.code === 'EMESSAGE');
}
