import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import SchemaBuilder from '@pothos/core';
import { fastify } from 'fastify';
import { announcePort } from '../processes/announce-port.ts';

// F-graphql: the least that Apollo and Pothos must do for the same query. What they answer is in memory: the product's own
// answer, which the first message brings.
type Types = { DefaultFieldNullability: false };
const builder = new SchemaBuilder<Types>({ defaultFieldNullability: false });

interface Step {
  rule: string;
  outcome: string;
  reason: string;
}
interface Decision {
  licenseType: string;
  source: string;
  steps: Step[];
}
interface License {
  type: string;
  source: string;
}
interface Group {
  id: string;
  displayName: string;
}
interface Membership {
  origin: string;
  group: Group;
}
interface Edges<Node> {
  edges: { node: Node }[];
}
interface Person {
  id: string;
  userName: string;
  displayName: string | null;
  state: string;
  license: License;
  licenseDecision: Decision;
  memberships: Edges<Membership>;
}
interface Account {
  users: Edges<Person>;
}

const StepRef = builder.objectRef<Step>('Step').implement({
  fields: (t) => ({
    rule: t.exposeString('rule'),
    outcome: t.exposeString('outcome'),
    reason: t.exposeString('reason'),
  }),
});
const DecisionRef = builder.objectRef<Decision>('Decision').implement({
  fields: (t) => ({
    licenseType: t.exposeString('licenseType'),
    source: t.exposeString('source'),
    steps: t.expose('steps', { type: [StepRef] }),
  }),
});
const LicenseRef = builder.objectRef<License>('License').implement({
  fields: (t) => ({ type: t.exposeString('type'), source: t.exposeString('source') }),
});
const GroupRef = builder.objectRef<Group>('Group').implement({
  fields: (t) => ({ id: t.exposeID('id'), displayName: t.exposeString('displayName') }),
});
const MembershipRef = builder.objectRef<Membership>('Membership').implement({
  fields: (t) => ({ origin: t.exposeString('origin'), group: t.expose('group', { type: GroupRef }) }),
});
const MembershipEdge = builder.objectRef<{ node: Membership }>('MembershipEdge').implement({
  fields: (t) => ({ node: t.expose('node', { type: MembershipRef }) }),
});
const MembershipConnection = builder.objectRef<Edges<Membership>>('MembershipConnection').implement({
  fields: (t) => ({ edges: t.expose('edges', { type: [MembershipEdge] }) }),
});
const PersonRef = builder.objectRef<Person>('Person').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    userName: t.exposeString('userName'),
    displayName: t.exposeString('displayName', { nullable: true }),
    state: t.exposeString('state'),
    license: t.expose('license', { type: LicenseRef }),
    licenseDecision: t.expose('licenseDecision', { type: DecisionRef }),
    memberships: t.field({
      type: MembershipConnection,
      args: { first: t.arg.int() },
      resolve: ({ memberships }) => memberships,
    }),
  }),
});
const PersonEdge = builder.objectRef<{ node: Person }>('PersonEdge').implement({
  fields: (t) => ({ node: t.expose('node', { type: PersonRef }) }),
});
const PersonConnection = builder.objectRef<Edges<Person>>('PersonConnection').implement({
  fields: (t) => ({ edges: t.expose('edges', { type: [PersonEdge] }) }),
});
const AccountRef = builder.objectRef<Account>('Account').implement({
  fields: (t) => ({
    users: t.field({
      type: PersonConnection,
      args: { first: t.arg.int({ required: true }), after: t.arg.string() },
      resolve: ({ users }) => users,
    }),
  }),
});
builder.queryType({
  fields: (t) => ({ account: t.field({ type: AccountRef, resolve: () => remembered() }) }),
});

let answer: Account | undefined;

function remembered(): Account {
  if (answer === undefined) throw new Error('F-graphql was asked before it had an answer.');
  return answer;
}

const apollo = new ApolloServer({ schema: builder.toSchema(), includeStacktraceInErrorResponses: false });
await apollo.start();
const app = fastify();
app.post('/graphql', fastifyApolloHandler(apollo));
await app.listen({ host: '127.0.0.1', port: 0 });
process.on('message', (message) => {
  if (isAnswer(message)) answer = message.account;
});
announcePort(app.server, async () => {
  await app.close();
  await apollo.stop();
});

function isAnswer(message: unknown): message is { account: Account } {
  return typeof message === 'object' && message !== null && 'account' in message;
}
