import { fullName, type DirectoryPerson } from './directory.ts';
import { html, type Html } from './html.ts';

type Pick = {
  /** Of the directory: "Acme (Okta)". */
  readonly directoryName: string;
  readonly people: readonly DirectoryPerson[];
  readonly search: string;
};

const MOST_PEOPLE = 50;
const MOST_GROUPS = 6;

/** "Pick who you are": what stands where the sign-in page of an identity provider would. */
export function pickPage({ directoryName, people, search }: Pick): Html {
  return html`
    <main>
      <h1>Pick who you are</h1>
      <p class="soft">
        You are signing in to Rollcall with ${directoryName}. This page stands in for the sign-in page of an
        identity provider: it asks for no password and exists in development alone.
      </p>
      <form class="search" method="get">
        <label for="search">Search the directory by name, address or group</label>
        <input id="search" name="search" type="search" value="${search}" autocomplete="off" autofocus />
        <button>Search</button>
      </form>
      <p class="soft" role="status">${found(people.length, search)}</p>
      <form method="post">
        <ul class="people" aria-label="People">
          ${people.slice(0, MOST_PEOPLE).map(personItem)}
        </ul>
        <button name="cancel" value="yes">Cancel and go back to Rollcall</button>
      </form>
    </main>
  `;
}

function found(count: number, search: string): string {
  if (count === 0) return `Nobody in this directory matches “${search.trim()}”.`;
  if (count > MOST_PEOPLE)
    return `${count} people, the first ${MOST_PEOPLE} of them here: search to find the others.`;
  return count === 1 ? '1 person' : `${count} people`;
}

function personItem(person: DirectoryPerson): Html {
  const { id, state, userName, groups } = person;
  const more = groups.length - MOST_GROUPS;
  return html`<li>
    <button name="person" value="${id}" ${state === 'active' ? '' : DISABLED}>
      <span class="name">${fullName(person)}</span>
      <span class="soft"
        >${userName}${state === 'active' ? '' : `: ${state} in the directory, cannot sign in`}</span
      >
      <span class="groups">
        ${groups.slice(0, MOST_GROUPS).map((group) => html`<span>${group}</span>`)}
        ${more > 0 ? html`<span>and ${more} more groups</span>` : ''}
      </span>
    </button>
  </li>`;
}

const DISABLED: Html = { html: 'disabled' };
