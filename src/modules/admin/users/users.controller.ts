import { Controller, Get, Param, Query } from '@nestjs/common';
import { FindUser, FindUsersByEmail, ListUsers } from '../../storage/index.js';
import { Access } from '../access/access.decorator.js';
import { Documented } from '../docs/documented.decorator.js';
import { type Listed } from '../http/cursor.js';
import { NotFoundError } from '../http/not-found.error.js';
import { ListUsersQuery } from './list-users.query.js';
import { UserIdParam } from './user-id.param.js';
import { viewOfUser, type UserView } from './user.view.js';

@Controller('api/v1/users')
export class UsersController {
  constructor(
    private readonly findUser: FindUser,
    private readonly findByEmail: FindUsersByEmail,
    private readonly listUsers: ListUsers,
  ) {}

  @Get()
  @Access('read')
  @Documented({ summary: 'The people of the table, in an order of its own; those of one address with `email`', answers: 'UserList', problems: [400, 501, 503] })
  async list(@Query() { cursor, limit, email }: ListUsersQuery): Promise<Listed<UserView>> {
    const page = { cursor: cursor ?? null, limit };
    const { items, next } = email === undefined ? await this.listUsers.execute(page) : await this.findByEmail.execute(email, page);
    return { items: items.map(viewOfUser), next };
  }

  @Get(':id')
  @Access('read')
  @Documented({ summary: 'One person', answers: 'User', problems: [400, 404, 409, 503] })
  async one(@Param() { id }: UserIdParam): Promise<UserView> {
    const user = await this.findUser.execute(id);
    if (user === null) throw new NotFoundError('user');
    return viewOfUser(user);
  }
}
