-- Run once, on an empty volume. The service refuses to work as a superuser, so it gets a role of its own.
\getenv password DATABASE_PASSWORD
create role latchkey login password :'password';
create database latchkey owner latchkey;
