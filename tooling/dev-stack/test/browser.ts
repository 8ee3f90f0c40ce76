export type Page = { readonly status: number; readonly text: string };

type Sent = { method?: string; headers?: Record<string, string>; body?: string | URLSearchParams };

/** What a browser does on pages without scripts: it follows redirects, keeps cookies and sends forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  #address = '';

  /** The page at the end of all redirects. */
  async open(url: string): Promise<Page> {
    return this.#show(await this.#send(url, {}));
  }

  /** Sends the search form of the page that is shown. */
  async search(search: string): Promise<Page> {
    const url = new URL(this.#address);
    url.search = new URLSearchParams({ search }).toString();
    return this.open(url.href);
  }

  /** Sends the page's other form. */
  async submit(form: Record<string, string>): Promise<Page> {
    return this.#show(await this.#send(this.#address, { method: 'POST', body: new URLSearchParams(form) }));
  }

  /** Sends that form and follows redirects up to an address that begins with `destination`, which is not opened. */
  async submitUntil(destination: string, form: Record<string, string>): Promise<URL> {
    const response = await this.#send(this.#address, { method: 'POST', body: new URLSearchParams(form) });
    return this.#follow(response, destination);
  }

  async openUntil(destination: string, url: string): Promise<URL> {
    return this.#follow(await this.#send(url, {}), destination);
  }

  /** What the web client's own scripts send; the answer, parsed. */
  async graphql(url: string, query: string, variables: object): Promise<unknown> {
    const response = await this.#send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-rollcall-csrf': '1' },
      body: JSON.stringify({ query, variables }),
    });
    const answer: unknown = await response.json();
    return answer;
  }

  async #show(first: Response): Promise<Page> {
    let response = first;
    while (isRedirect(response)) response = await this.#send(this.#locationOf(response), {});
    return { status: response.status, text: await response.text() };
  }

  async #follow(first: Response, destination: string): Promise<URL> {
    let response = first;
    while (isRedirect(response)) {
      const location = this.#locationOf(response);
      if (location.startsWith(destination)) return new URL(location);
      response = await this.#send(location, {});
    }
    throw new Error(`no way to ${destination}: ${response.status} ${await response.text()}`);
  }

  async #send(url: string, init: Sent): Promise<Response> {
    this.#address = url;
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  #locationOf(response: Response): string {
    return new URL(response.headers.get('location') ?? '', this.#address).href;
  }
}

function isRedirect({ status }: Response): boolean {
  return status === 302 || status === 303;
}
