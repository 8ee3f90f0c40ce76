import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface ReceivedMail {
  from: string;
  to: readonly string[];
  /** Headers and body as they came. */
  raw: string;
}

export interface MailServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  /** Mails whose sending began, finished or not. */
  readonly begun: () => number;
  /** Lets a held server answer. */
  release(): void;
}

interface Behaviour {
  /** Takes a mail in, and says nothing until it is released. */
  held?: boolean;
  /** What it answers to a recipient, if not yes. */
  refuse?: (address: string) => { code: number; message: string } | undefined;
}

/** A real SMTP server on the loopback interface. */
export async function startMailServer({ held = false, refuse }: Behaviour = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const cutOff: unknown[] = [];
  const gate = Promise.withResolvers<void>();
  if (!held) gate.resolve();
  let begun = 0;
  const take = async (
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    taken: () => void,
  ): Promise<void> => {
    try {
      const mail = await readMail(stream, session);
      await gate.promise;
      received.push(mail);
      taken();
    } catch (error) {
      // A client that is killed in the middle is no fault of the server.
      cutOff.push(error);
    }
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onRcptTo({ address }, _session, callback) {
      const refusal = refuse?.(address);
      if (refusal === undefined) return callback();
      callback(Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
    },
    onData(stream, session, callback) {
      begun += 1;
      void take(stream, session, callback);
    },
  });
  server.on('error', (error) => cutOff.push(error));
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port }: AddressInfo = addressOf(server);
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    begun: () => begun,
    release: () => gate.resolve(),
    async [Symbol.asyncDispose]() {
      gate.resolve();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

function addressOf(server: SMTPServer): AddressInfo {
  const address = server.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The mail server has no port.');
  return address;
}

async function readMail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<ReceivedMail> {
  const parts: Buffer[] = [];
  for await (const part of stream) if (Buffer.isBuffer(part)) parts.push(part);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw: Buffer.concat(parts).toString('utf8'),
  };
}
