/** One recipe of docs/graphql.md: a heading, the document, and its variables. */
export interface Recipe {
  readonly title: string;
  readonly document: string;
  readonly variables: string;
}

/**
 * The recipes below the heading "Recipes". Each is a level-three heading with a block of GraphQL and, where it has variables,
 * a block of JSON.
 */
export function readRecipes(markdown: string): readonly Recipe[] {
  const [, recipes = ''] = markdown.split(/^## Recipes$/mu);
  const [own = ''] = recipes.split(/^## /mu);
  return own
    .split(/^### /mu)
    .slice(1)
    .map((section) => {
      const [title = ''] = section.split('\n');
      return {
        title,
        document: block(section, 'graphql') ?? '',
        variables: block(section, 'json') ?? '{}',
      };
    });
}

function block(section: string, language: string): string | undefined {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'msu').exec(section)?.[1];
}
