import { DOMParser } from '@xmldom/xmldom';

/** @param {string} text */
export function parseDom(text) {
  const parser = new DOMParser({
    errorHandler: (_level, message) => {
      throw new SyntaxError(String(message));
    },
  });
  return parser.parseFromString(text, 'text/xml');
}
