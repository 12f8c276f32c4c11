import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands whatever a handler threw on to the transport, the same object. Nest's default filter would log it and answer
 * "Internal server error" instead, and the disposition, and with it the event, would be lost.
 */
@Catch()
export class RethrowFilter implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
