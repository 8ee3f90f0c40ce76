import { SamlError } from './saml-error.ts';
import { type DomDocument, type DomElement, type DomNode, parseDom } from './xmldom.mjs';

/** An element of a document without comments, processing instructions and mixed content. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** Those without a namespace. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All of its text; `""` where it has children. */
  readonly text: string;
}

export const ASSERTION_NS = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const PROTOCOL_NS = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const METADATA_NS = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const SIGNATURE_NS = 'http://www.w3.org/2000/09/xmldsig#';

// The parser looks up attributes and the namespaces around an element one by one, so long tags and deep nesting would cost the
// square of their length.
const DEEPEST = 40;
const MOST_TAGS = 30_000;
const LONGEST_TAG = 8_192;

// Of the DOM, as far as it is read here.
const ELEMENT = 1;
const TEXT = 3;
const CDATA = 4;

/**
 * Reads a document with nothing in it that SAML does not need: no document type (and so no entities), no comment, no
 * processing instruction, no mixed content, bounded in depth and number. Throws SamlError.
 */
export function parseXml(text: string): XmlElement {
  assertPlain(text);
  const document = parseDocument(text.trim().replace(/^<\?xml\s[^?>]*\?>\s*/u, ''));
  const [root, ...more] = Array.from(document.childNodes);
  if (
    root === undefined ||
    root.nodeType !== ELEMENT ||
    more.some((node) => node.textContent?.trim() !== '')
  ) {
    throw new SamlError('malformed', 'The document is not one XML element.');
  }
  return readElement(document.documentElement);
}

export function childrenOf(parent: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.namespace === namespace && child.name === name);
}

/** The only one of its name. Throws SamlError where there is none, or a second one. */
export function onlyChild(parent: XmlElement, namespace: string, name: string): XmlElement {
  const [child, ...more] = childrenOf(parent, namespace, name);
  if (child !== undefined && more.length === 0) return child;
  throw new SamlError(
    'malformed',
    `${parent.name} must have one ${name}, and has ${more.length + (child ? 1 : 0)}.`,
  );
}

/** The element itself and everything below it. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}

function assertPlain(text: string): void {
  if (/<!(?!\[CDATA\[)/u.test(text)) {
    throw new SamlError(
      'suspicious',
      'The document has a document type, an entity or a comment. No identity provider writes them, so it is not read.',
    );
  }
  let [tags, depth] = [0, 0];
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', start)) {
    const end = text.startsWith('<![CDATA[', start) ? sectionEnd(text, start) : tagEnd(text, start);
    tags += 1;
    depth += depthStep(text, start, end);
    if (tags > MOST_TAGS) throw new SamlError('suspicious', `The document has more than ${MOST_TAGS} tags.`);
    if (depth > DEEPEST) {
      throw new SamlError('suspicious', `The document has elements in more than ${DEEPEST} levels.`);
    }
    start = end;
  }
}

function depthStep(text: string, start: number, end: number): number {
  const second = text.charAt(start + 1);
  if (second === '/') return -1;
  return second === '?' || second === '!' || text.charAt(end - 2) === '/' ? 0 : 1;
}

function sectionEnd(text: string, start: number): number {
  const end = text.indexOf(']]>', start);
  if (end >= 0) return end + ']]>'.length;
  throw new SamlError('malformed', 'The document has a CDATA section that does not end.');
}

/** Behind the `>` that no quotation marks surround. */
function tagEnd(text: string, start: number): number {
  let quote = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === '' && character === '>') return at + 1;
    if (character === '<') break;
    if (at - start > LONGEST_TAG) {
      throw new SamlError('suspicious', `The document has a tag of more than ${LONGEST_TAG} characters.`);
    }
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
  }
  throw new SamlError('malformed', 'The document has a tag that does not end.');
}

function parseDocument(text: string): DomDocument {
  try {
    return parseDom(text);
  } catch (cause) {
    throw new SamlError('malformed', 'The document is not well-formed XML.', { cause });
  }
}

function readElement(element: DomElement): XmlElement {
  const children: XmlElement[] = [];
  let text = '';
  for (const node of Array.from(element.childNodes)) {
    if (isElement(node)) children.push(readElement(node));
    else if (node.nodeType === TEXT || node.nodeType === CDATA) text += node.nodeValue ?? '';
    else throw new SamlError('suspicious', 'The document has a processing instruction, which is not read.');
  }
  if (children.length > 0 && text.trim() !== '') {
    throw new SamlError('malformed', `${element.localName} has text between its elements.`);
  }
  return {
    namespace: element.namespaceURI ?? '',
    name: element.localName,
    attributes: new Map(
      Array.from(element.attributes).flatMap(({ namespaceURI, localName, value }) =>
        (namespaceURI ?? '') === '' ? [[localName, value] as const] : [],
      ),
    ),
    children,
    text: children.length > 0 ? '' : text,
  };
}

function isElement(node: DomNode): node is DomElement {
  return node.nodeType === ELEMENT;
}
