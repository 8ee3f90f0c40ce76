import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawConnection extends AsyncDisposable {
  write(text: string | Buffer): void;
  /** The next answer; 100 (Continue) is one. Rejects when the connection ends before it is whole. */
  answer(method?: 'HEAD'): Promise<RawAnswer>;
  /** Resolves when the server has closed the connection, with what came before and was not read. */
  closed(): Promise<string>;
}

/** A TCP connection on which a test writes HTTP by hand, to send what no client library would. */
export async function rawConnection(origin: string): Promise<RawConnection> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  const arrivals = new EventEmitter();
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    arrivals.emit('news');
  });
  // A reset is an end of the connection like any other.
  socket.on('error', () => arrivals.emit('news')).on('close', () => arrivals.emit('news'));
  await once(socket, 'connect');
  return {
    write: (text) => void socket.write(text),
    async answer(method) {
      for (;;) {
        const answer = firstAnswer(received, method);
        if (answer !== undefined) {
          received = received.slice(answer.length);
          return answer;
        }
        if (socket.closed) throw new Error(`The connection ended after: ${received}`);
        await once(arrivals, 'news');
      }
    },
    async closed() {
      while (!socket.closed) await once(arrivals, 'news');
      return received;
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      while (!socket.closed) await once(arrivals, 'news');
    },
  };
}

function firstAnswer(text: string, method: 'HEAD' | undefined): (RawAnswer & { length: number }) | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const start = headEnd + 4;
  const hasBody = method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
  if (!hasBody) return { status, headers, body: '', length: start };
  if (headers['transfer-encoding'] === 'chunked') {
    const chunked = unchunked(text, start);
    return chunked && { status, headers, body: chunked.body, length: chunked.end };
  }
  const end = start + Number(headers['content-length'] ?? 0);
  return text.length < end ? undefined : { status, headers, body: text.slice(start, end), length: end };
}

function unchunked(text: string, start: number): { body: string; end: number } | undefined {
  let body = '';
  for (let position = start; ;) {
    const lineEnd = text.indexOf('\r\n', position);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(text.slice(position, lineEnd), 16);
    position = lineEnd + 2 + size + 2;
    if (text.length < position) return undefined;
    if (size === 0) return { body, end: position };
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
  }
}
