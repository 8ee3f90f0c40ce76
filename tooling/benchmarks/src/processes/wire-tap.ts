import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** What passed between the gateway and PostgreSQL. */
export interface Statement {
  readonly text: string;
  rows: number;
}

export interface WireTap extends AsyncDisposable {
  /** The database's URL by way of the tap. */
  readonly url: string;
  /** Every statement that was executed since the last call, with the number of rows that it gave. */
  take(): Statement[];
}

/**
 * Stands between the gateway and PostgreSQL and reads their protocol (version 3): statements and rows are counted as they
 * happen, on any server, without a setting or an extension.
 */
export async function openWireTap(databaseUrl: string): Promise<WireTap> {
  const target = new URL(databaseUrl);
  let executed: Statement[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const listener = listenIn((statement) => executed.push(statement));
    // The first message of a client has no type.
    forward(
      client,
      upstream,
      messageReader((type, content) => listener.fromClient(type, content), true),
    );
    forward(
      upstream,
      client,
      messageReader((type) => listener.fromServer(type), false),
    );
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url: url.href,
    take() {
      const taken = executed;
      executed = [];
      return taken;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Statements are prepared under a name (Parse), bound (Bind) and executed (Execute); answers come in the same order. */
function listenIn(onStatement: (statement: Statement) => void) {
  const prepared = new Map<string, string>();
  const waiting: Statement[] = [];
  let bound = '';
  const execute = (text: string): void => {
    const statement = { text, rows: 0 };
    waiting.push(statement);
    onStatement(statement);
  };
  return {
    fromClient(type: string, content: Buffer): void {
      if (type === 'P') {
        const [name = '', text = ''] = texts(content);
        prepared.set(name, text);
      } else if (type === 'B') {
        bound = prepared.get(texts(content)[1] ?? '') ?? '';
      } else if (type === 'E') {
        execute(bound);
      } else if (type === 'Q') {
        execute(texts(content)[0] ?? '');
      }
    },
    fromServer(type: string): void {
      const [current] = waiting;
      if (type === 'D' && current !== undefined) current.rows += 1;
      // CommandComplete, EmptyQueryResponse, PortalSuspended and ErrorResponse each end a statement.
      if (['C', 'I', 's', 'E'].includes(type)) waiting.shift();
    },
  };
}

function texts(content: Buffer): string[] {
  return content.toString('utf8').split('\0', 2);
}

function forward(from: Socket, to: Socket, read: (chunk: Buffer) => void): void {
  from.on('data', (chunk: Buffer) => {
    read(chunk);
    to.write(chunk);
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

/** Cuts a stream into messages: a type of one byte, a length that counts itself, the content. */
function messageReader(onMessage: (type: string, content: Buffer) => void, startsUntyped: boolean) {
  let pending: Buffer = Buffer.alloc(0);
  let untyped = startsUntyped;
  return (chunk: Buffer): void => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const header = untyped ? 0 : 1;
      if (pending.length < header + 4) return;
      const end = header + pending.readInt32BE(header);
      if (pending.length < end) return;
      if (!untyped) onMessage(pending.toString('latin1', 0, 1), pending.subarray(5, end));
      untyped = false;
      pending = pending.subarray(end);
    }
  };
}
