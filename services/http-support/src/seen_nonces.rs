//! Remembers the nonces of signed requests for as long as their signatures could be sent again.
//! In this process only; what moves value is guarded by idempotency keys in the database as well.

use std::collections::HashSet;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::PoisonError;

use ledger_core::id::KeyId;

/// What became of a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It is new, and remembered now.
    New,
    /// It was here before.
    Before,
    /// There is no room to remember it: better not to serve it.
    Full,
}

type Nonce = (KeyId, String);

#[derive(Debug, Default)]
struct Memory {
    known: HashSet<Nonce>,
    /// In the order of arrival, with the second after which each may be forgotten. A signature
    /// made in the future lives longer than one made before it, which waits for it to go: the
    /// order costs memory for at most one window.
    order: VecDeque<(i64, Nonce)>,
}

/// A bounded memory of nonces.
#[derive(Debug)]
pub struct SeenNonces {
    memory: Mutex<Memory>,
    most: usize,
}

impl SeenNonces {
    /// Room for `most` nonces.
    #[must_use]
    pub fn new(most: usize) -> SeenNonces {
        SeenNonces {
            memory: Mutex::new(Memory::default()),
            most,
        }
    }

    /// Remembers a nonce until the second `until`, if it is new.
    pub fn remember(&self, key: KeyId, nonce: &str, now: i64, until: i64) -> Seen {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        while memory.order.front().is_some_and(|(end, _)| *end < now) {
            if let Some((_, gone)) = memory.order.pop_front() {
                memory.known.remove(&gone);
            }
        }
        let nonce = (key, nonce.to_owned());
        if memory.known.contains(&nonce) {
            return Seen::Before;
        }
        if memory.known.len() >= self.most {
            return Seen::Full;
        }
        memory.known.insert(nonce.clone());
        memory.order.push_back((until, nonce));
        Seen::New
    }
}
