import type { Day } from './directory/plan-calendar.ts';
import type { Directory } from './directory/directory.ts';

/** What an identity provider does with a SCIM server, from the "Test connection" button on. */
export interface IdentityProvider {
  readonly name: string;
  readonly links: Links;
  testConnection(): Promise<void>;
  firstSync(directory: Directory): Promise<void>;
  playDay(day: Day): Promise<void>;
  /** Works off what is still waiting for a retry. */
  settle(directory: Directory): Promise<void>;
}

/** Which object of the directory is which resource of the server. */
export interface Links {
  readonly people: Map<string, UserLink>;
  readonly groups: Map<string, string>;
  /** Ids that the provider deleted and that nobody else may have again unless the server revived them for us. */
  readonly deletedUsers: Set<string>;
  readonly deletedGroups: Set<string>;
}

export interface UserLink {
  readonly id: string;
  /** As the provider last wrote it, or found it where it does not write it again. */
  readonly externalId: string;
}

export function noLinks(): Links {
  return { people: new Map(), groups: new Map(), deletedUsers: new Set(), deletedGroups: new Set() };
}

/** RFC 7644 3.4.2.2: a filter's value is a JSON string. */
export function equals(attribute: string, value: string): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}
