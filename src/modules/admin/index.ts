export { AdminModule } from './admin.module.js';
export { type AdminExtras, type AdminOptions } from './admin.options.js';
export { HTTP_APPLICATION_OPTIONS, prepareHttp } from './http/prepare-http.js';
