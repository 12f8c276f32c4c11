import { ConfigurableModuleBuilder, type ModuleMetadata } from '@nestjs/common';

/** What a process tells its admin module. */
export interface AdminOptions {
  /** Whether the process has the role admin: only then does it serve `/api/v1` and `/docs`. */
  readonly api: boolean;
  readonly pipeline: string;
  readonly instanceId: string;
  readonly roles: readonly string[];
  readonly version: string;
  /** The topic of the users, and the group that stores them: whose lag and ledger are shown. */
  readonly topic: string;
  readonly group: string;
  /** The host name or address that the server listens on, as configured: it decides who may do what without a key. */
  readonly host: string;
  /** The key for everything; null for none. */
  readonly apiKey: string | null;
  /** Where the embedded log and table live, to show it in `status`; null where neither is embedded. */
  readonly dataDir: string | null;
  /** Where log and table are, in words for operators; without secrets. */
  readonly log: string;
  readonly table: string;
}

/** The modules behind the API: they provide the use cases of storage, ingestion's control and processing's control. Only with `api`. */
export interface AdminExtras {
  readonly doors?: NonNullable<ModuleMetadata['imports']>;
}

export const { ConfigurableModuleClass: ConfigurableAdminModule, MODULE_OPTIONS_TOKEN: ADMIN_OPTIONS } = new ConfigurableModuleBuilder<AdminOptions>({ moduleName: 'Admin' })
  .setExtras<AdminExtras>({ doors: [] }, (definition, { doors }) => ({ ...definition, imports: [...(definition.imports ?? []), ...(doors ?? [])] }))
  .build();
