/**
 * As far as documents are read here. The library's own types bring those of a browser into every program that sees them,
 * where they get in the way of Node's.
 */
export interface DomNode {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly textContent: string | null;
}

export interface DomElement extends DomNode {
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly childNodes: ArrayLike<DomNode>;
  readonly attributes: ArrayLike<DomAttribute>;
}

interface DomAttribute {
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly value: string;
}

export interface DomDocument {
  readonly childNodes: ArrayLike<DomNode>;
  readonly documentElement: DomElement;
}

/** Throws where the text is not well-formed, what the parser would only warn of included. */
export function parseDom(text: string): DomDocument;
