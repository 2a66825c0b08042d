import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { AccountsModule } from './accounts.js'

const app = await NestFactory.create(AccountsModule)
await app.listen(process.env['PORT'] ?? 3000)
console.log(`Listening on ${await app.getUrl()}`)
