import type { ScimType } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import type { AttributeDefinition, SchemaDefinition } from '../../src/schemas/attribute.ts';
import type { ModelAttribute } from './model-user.ts';

/** What a PATCH operation means, apart from how a client wrote it. */
export type Intent =
  | { readonly kind: 'change'; readonly op: Op; readonly place: Place; readonly value: JsonValue | undefined }
  | { readonly kind: 'drop'; readonly schema: SchemaDefinition }
  | { readonly kind: 'refused'; readonly scimType: ScimType };

export type Op = 'add' | 'replace' | 'remove';

export interface Place extends ModelAttribute {
  readonly filter: Condition | undefined;
  readonly sub: AttributeDefinition | undefined;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly children: readonly Condition[] }
  | { readonly kind: 'not'; readonly child: Condition }
  | { readonly kind: 'present'; readonly sub: AttributeDefinition }
  | {
      readonly kind: 'compare';
      readonly sub: AttributeDefinition;
      readonly op: 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
      readonly value: string | number | boolean;
    };
