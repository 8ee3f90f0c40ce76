import type { Socket } from 'node:net';
import { scimErrorBody } from '@rollcall/scim-protocol/errors';

/**
 * Answers what never became a request: a head that is too large, bytes that are not HTTP, a client too slow to send one.
 * The connection ends with it, since nobody knows where the next request would begin.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, reason, detail } = faultOf(error.code);
  const body = JSON.stringify(scimErrorBody(status, undefined, detail));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\n` +
      'content-type: application/scim+json\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}

function faultOf(code: string | undefined): { status: number; reason: string; detail: string } {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return {
      status: 431,
      reason: 'Request Header Fields Too Large',
      detail: 'The URL and the headers are too large. Send long filters in the body of a POST to /.search.',
    };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, reason: 'Request Timeout', detail: 'The request took too long to arrive.' };
  }
  return { status: 400, reason: 'Bad Request', detail: 'The request is not valid HTTP.' };
}
