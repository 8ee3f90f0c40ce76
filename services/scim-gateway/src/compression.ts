import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

// What fits into two packets arrives no sooner for being smaller.
const SMALLEST_COMPRESSED_BYTES = 2048;

/**
 * Compresses answers for clients that accept it (RFC 9110 12.5.3), streamed ones too. At the lowest level: a list of people
 * shrinks to a sixth, higher levels gain a tenth more for twice the time. Entity tags are weak, so they hold for each
 * encoding. Request bodies are not decompressed; `requireReadableBody` refuses them.
 */
export function compressAnswers(app: FastifyInstance): void {
  void app.register(compress, {
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: SMALLEST_COMPRESSED_BYTES,
    customTypes: /^application\/(?:scim\+)?json$/u,
    zlibOptions: { level: constants.Z_BEST_SPEED },
    brotliOptions: {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 1,
        // 256 KiB instead of 4 MiB for each answer that is being streamed.
        [constants.BROTLI_PARAM_LGWIN]: 18,
      },
    },
  });
}
