import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { Controller, Get, Header, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { Access } from '../access/access.decorator.js';
import { ApiDocument } from './api-document.js';
import { DOCS_FILES, DOCS_PAGE, DOCS_START } from './docs.page.js';

/** The description of the API, for people and for tools. It holds no data, so anybody may read it. */
@Controller('docs')
export class DocsController {
  constructor(private readonly document: ApiDocument) {}

  @Get()
  @Access('public')
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return DOCS_PAGE;
  }

  @Get('openapi.json')
  @Access('public')
  openApi(): Promise<object> {
    return this.document.read();
  }

  @Get('start.js')
  @Access('public')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  start(): string {
    return DOCS_START;
  }

  @Get(':file')
  @Access('public')
  file(@Param('file') name: string): StreamableFile {
    const type = Object.hasOwn(DOCS_FILES, name) ? DOCS_FILES[name] : undefined;
    if (type === undefined) throw new NotFoundException();
    return new StreamableFile(createReadStream(pathOf(name)), { type });
  }
}

/** swagger-ui is a dependency of @nestjs/swagger, not ours: it is looked up from there. */
function pathOf(name: string): string {
  const swagger = createRequire(import.meta.url).resolve('@nestjs/swagger');
  return createRequire(swagger).resolve(`swagger-ui-dist/${name}`);
}
