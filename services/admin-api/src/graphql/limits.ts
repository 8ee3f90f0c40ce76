/** How much one request may ask for. docs/graphql.md names the numbers. */
export const LIMITS = {
  query: {
    /** Levels of fields. The deepest query of the web client has about half of it. */
    depth: 15,
    /** Fields, wherever they stand. */
    breadth: 500,
    /** Fields, each times the lengths of the lists around it. */
    complexity: 25_000,
  },
  aliases: 30,
  tokens: 5_000,
  /** Of a value of the type JSON. */
  jsonLevels: 20,
  /** Items of a page, and ids of one look-up. */
  page: 200,
} as const;

export const DEFAULT_PAGE = 25;
