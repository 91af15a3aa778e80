#pragma once

#include "runtime_db/database.h"

// The statements of PostgresAuthorRepository.
namespace inkwell::posts::sql {

// $1 author ids. Returns author id, incarnation, confirmed of all of them, those that were there included.
extern const runtime::Statement kAddAuthors;
// $1 author ids, $2 incarnations, $3 banned. Returns the item's number (from 1) and whether that life was confirmed by this or
// before.
extern const runtime::Statement kConfirmAuthors;
// $1 author ids, $2 incarnations.
extern const runtime::Statement kRemoveUnconfirmed;
// $1 age in seconds, $2 author id after which, $3 limit.
extern const runtime::Statement kFindUnconfirmed;

extern const runtime::Statement kReadCursor;
// $1 the cursor as it must be.
extern const runtime::Statement kResetCursor;
// $1 the cursor as it must be, $2 the new one, $3 ids of deleted users, $4 ids of living ones, $5 which of those are banned. Adds
// what is not there, and confirms. One row if the cursor was as it must be. Locks its row: processes that follow take turns.
extern const runtime::Statement kApplyChanges;
// $1 author ids. Returns those that are there.
extern const runtime::Statement kKnownAuthors;
// $1 author id, $2 limit.
extern const runtime::Statement kDeleteSomePosts;
extern const runtime::Statement kDeleteSomeKeys;

extern const runtime::Statement kCountAuthors;
// $1 resync, $2 author id after which, $3 limit.
extern const runtime::Statement kFindUnseen;
// $1 author id, $2 incarnation, $3 resync.
extern const runtime::Statement kMarkSeen;
extern const runtime::Statement kRemoveUnseen;
// $1 resync.
extern const runtime::Statement kFinishResync;

}  // namespace inkwell::posts::sql
