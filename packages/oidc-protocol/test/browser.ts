/** A browser as far as sign-in needs one: it keeps cookies by host and follows redirections until `stopAt` comes. */
export interface Browser {
  /** The URL that begins with `stopAt`, unvisited, to which the redirections lead. */
  follow(start: string | URL, stopAt: string): Promise<URL>;
}

const MOST_STEPS = 12;

export function openBrowser(): Browser {
  const cookies = new Map<string, Map<string, string>>();
  return {
    async follow(start, stopAt) {
      let url = new URL(start);
      for (let steps = 0; steps < MOST_STEPS; steps += 1) {
        if (url.href.startsWith(stopAt)) return url;
        const jar = cookies.get(url.host) ?? new Map<string, string>();
        cookies.set(url.host, jar);
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
        for (const line of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
          jar.set(name, value);
        }
        const location = answer.headers.get('location');
        if (location === null) throw new Error(`${url.href} leads nowhere: ${await answer.text()}`);
        url = new URL(location, url);
      }
      throw new Error(`${String(start)} leads in a circle.`);
    },
  };
}
