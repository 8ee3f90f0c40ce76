import fastifyStatic from '@fastify/static';
import { getDistDirectory, renderAltair } from 'altair-static';
import type { FastifyInstance } from 'fastify';

/** GET /graphql: a page to try queries on, in development. It needs a service token, or a session of the same browser. */
export async function serveExplorer(app: FastifyInstance): Promise<void> {
  const page = renderAltair({
    baseURL: '/graphql/explorer/',
    endpointURL: '/graphql',
    initialQuery: FIRST_QUERY,
    initialHeaders: { authorization: 'Bearer rct_…' },
    disableAccount: true,
  });
  app.get('/graphql', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  await app.register(fastifyStatic, { root: getDistDirectory(), prefix: '/graphql/explorer/' });
}

const FIRST_QUERY = `# Who asks, and in which account?
query Viewer {
  viewer {
    permissionSets
    account { slug name plan }
  }
}
`;
